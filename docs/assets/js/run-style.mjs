// @ts-check
// How the buttons under a snippet look.

export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .nb-bar { position: absolute; right: .4rem; z-index: 2; display: flex; align-items: center; gap: .3rem; transform: translateY(-15%); opacity: 0; transition: opacity .12s; font-size: .62rem }
  .nb-cell:is(:hover, :focus-within) > .nb-bar, .nb-bar.nb-busy, .nb-editing > .nb-bar, .nb-bar:has(.nb-status:not(:empty)) { opacity: 1 }
  @media (hover: none) { .nb-bar { opacity: 1 } }
  @media print { .nb-bar { display: none } }
  .nb-bar button { min-width: 2.6rem; min-height: 26px; padding: 0 .5rem; font: inherit; font-weight: 600; cursor: pointer; color: var(--md-typeset-a-color); background: var(--nb-paper); border: 1px solid currentColor; border-radius: .8rem }
  .nb-bar button:disabled { cursor: default; color: var(--md-default-fg-color--light) }
  .nb-bar button[hidden], .nb-bar progress[hidden] { display: none }
  .nb-bar progress { width: 6rem; height: .4rem; accent-color: var(--nb-c0) }
  .nb-status:not(:empty) { padding: .1rem .4rem; background: var(--nb-paper); color: var(--md-default-fg-color--light); border-radius: .2rem }
  .nb-editing > .highlight { outline: 2px solid var(--md-typeset-a-color); outline-offset: -2px; border-radius: .2rem }
  .nb-editing pre > code:focus { outline: none }
  .md-typeset .nb-live + .nb-output { margin: 0 0 1.4em }
  .md-typeset .nb-live:has(+ :is(.nb-live, .nb-output:not([hidden]))) { margin-bottom: .2em }
  .md-typeset .nb-live pre > code { max-height: 24rem }
  .nb-output[hidden], .nb-error[hidden] { display: none }
`);
