import torch
from torch import nn

import nnbook

X, y, X_test, y_test = map(torch.tensor, nnbook.datasets.digits())

for seed in range(3):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    loss_function = nn.CrossEntropyLoss()  # of scores and labels
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)

    for _ in range(30):  # epochs
        for batch in torch.randperm(len(X)).split(32):
            loss = loss_function(model(X[batch]), y[batch])
            optimizer.zero_grad()  # gradients add up until they are cleared
            loss.backward()
            optimizer.step()

    with torch.no_grad():
        right = model(X_test).argmax(dim=1) == y_test
    print(f"seed {seed}: {right.float().mean():.2f}")

shapes = [tuple(p.shape) for p in model.parameters()]
print(shapes, sum(p.numel() for p in model.parameters()))
