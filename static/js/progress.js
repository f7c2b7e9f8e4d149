// Keeps the numbers of a mailing current while its letters go out; a reload does the same.
const PAUSE = 2500;
const area = document.querySelector("#progress");

const isLive = () => area.querySelector("[data-live=yes]") !== null;

/** Somebody who is about to press a button in the area keeps it. */
const isInUse = () => area.contains(document.activeElement);

async function renew() {
  if (document.hidden || isInUse()) return;
  const answer = await fetch(area.dataset.url, { headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) area.innerHTML = await answer.text();
  if (!isLive()) location.reload(); // what can be done now is another thing
}

async function watch() {
  while (isLive()) {
    await new Promise((done) => setTimeout(done, PAUSE));
    await renew().catch(() => {}); // the service is not there just now; the next turn asks again
  }
}

watch();
