// The worker of Material's search, which this one loads, asked in other words: it takes
// each word for the beginning of one, so that "how do I" would find "dot" and "inputs".

const SMALL = new Set(`a about am an and any are as at be become becomes better between but by can could do does for from
  get gets good has have how i if in into is it its make me mean means much my need not of on one or should so than that the
  their there these they this to use used using want was we were what when where which while who why will with work works
  would you your`.split(/\s+/));

function inOtherWords(question) {
  const words = question.replace(/[?!,;]+(\s|$)/g, "$1").split(/\s+/).filter((word) => /[^-+*:^~"]/.test(word));
  const large = words.filter((word) => !SMALL.has(word.toLowerCase()) && !/^[a-z]$/i.test(word));
  // Neither a Greek letter nor a name of the library is the beginning of a word.
  return (large.length ? large : words).map((word) => (/^\P{ASCII}$|^nn\.[\w.]*\w$/u.test(word) ? `${word.replace(/^nn\./, "").replaceAll(".", "^1 ")}^1` : word)).join(" ");
}

addEventListener("message", ({ data }) => {
  if (data.type === 2) data.data = inOtherWords(data.data);
});
// The other words for a page stand in the index thrice, for their weight; one reads them once.
const post = self.postMessage.bind(self);
self.postMessage = (message) => {
  for (const found of message.data?.items?.flat() ?? []) found.text = found.text.replace(/(?<=<p>)([^]+?), \1, \1/, "$1");
  post(message);
};

importScripts(`../javascripts/workers/${location.search.slice(1)}`);
