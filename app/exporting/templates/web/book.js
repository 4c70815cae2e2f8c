// Search, and keeping the book for reading offline. The pages are whole without this file.
'use strict';

// Marks of vowels and accents that people leave out when they search, in Latin and in Arabic script.
const plain = (text) =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g, '')
    .toLowerCase();

function score(section, words) {
  let total = 0;
  for (const word of words) {
    const at = section.plain.indexOf(word);
    const titled = section.title.includes(word);
    if (at < 0 && !titled) return 0;
    const begins = at === 0 || (at > 0 && !/[\p{L}\p{N}]/u.test(section.plain[at - 1]));
    total += (titled ? 10 : 0) + (at < 0 ? 0 : begins ? 3 : 1);
  }
  return total;
}

// The words around the first one that was found; marks are made of nodes, never of markup.
function snippet(text, words) {
  const line = document.createElement('p');
  line.dir = 'auto';
  // Letter by letter, because a letter may become two when its marks are taken off.
  const letters = Array.from(text);
  const starts = [];
  let bare = '';
  for (const [at, letter] of letters.entries()) {
    for (const piece of plain(letter)) for (let n = 0; n < piece.length; n++) starts.push(at);
    bare += plain(letter);
  }
  const first = Math.max(0, Math.min(...words.map((word) => bare.indexOf(word)).filter((n) => n >= 0), bare.length));
  // Whole words, where there are spaces.
  const around = (at, step) => {
    for (let n = at; n > 0 && n < letters.length && Math.abs(n - at) < 20; n += step) {
      if (letters[n - 1] === ' ') return n;
    }
    return at;
  };
  const from = around(Math.max(0, (starts[first] ?? 0) - 70), 1);
  const to = around(Math.min(letters.length, from + 220), -1);
  const marked = new Array(letters.length).fill(false);
  for (const word of words) {
    for (let at = bare.indexOf(word); at >= 0; at = bare.indexOf(word, at + word.length)) {
      for (let n = at; n < at + word.length; n++) marked[starts[n]] = true;
    }
  }
  if (from > 0) line.append('… ');
  for (let at = from; at < to; ) {
    let end = at;
    while (end < to && marked[end] === marked[at]) end++;
    const piece = letters.slice(at, end).join('');
    if (marked[at]) {
      const mark = document.createElement('mark');
      mark.textContent = piece;
      line.append(mark);
    } else line.append(piece);
    at = end;
  }
  if (to < letters.length) line.append(' …');
  return line;
}

async function search(found, asked) {
  const status = found.querySelector('[role=status]');
  const list = found.querySelector('ol');
  const say = (text, values) => {
    status.textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  };
  let sections;
  try {
    const answer = await fetch(found.dataset.index);
    if (!answer.ok) throw new Error(String(answer.status));
    ({ sections } = await answer.json());
  } catch {
    say(found.dataset.failed, {});
    return;
  }
  const words = plain(asked).split(/\s+/).filter(Boolean).slice(0, 12);
  const hits = [];
  for (const section of sections) {
    section.title = plain(`${section.chapter} ${section.heading}`);
    section.plain = plain(section.text);
    const worth = score(section, words);
    if (worth > 0) hits.push([worth, section]);
  }
  hits.sort((one, other) => other[0] - one[0]);
  found.nextElementSibling.hidden = hits.length > 0;
  say(hits.length ? found.dataset.results : found.dataset.none, { count: hits.length, query: asked });
  for (const [, section] of hits.slice(0, 60)) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = section.page + (section.anchor ? `#${encodeURIComponent(section.anchor)}` : '');
    link.textContent = section.heading ? `${section.chapter} › ${section.heading}` : section.chapter;
    link.dir = 'auto';
    item.append(link, snippet(section.text, words));
    list.append(item);
  }
}

const found = document.querySelector('.found');
const asked = (new URLSearchParams(location.search).get('q') ?? '').trim().slice(0, 200);
document.querySelector('.without')?.remove();
if (found && asked) {
  document.querySelector('input[type=search]').value = asked;
  void search(found, asked);
}

// Keeping: only when asked, because a book with pictures is large.
async function offerKeeping(box) {
  const status = box.querySelector('[role=status]');
  const keep = box.querySelector('.keep');
  const forget = box.querySelector('.forget');
  const show = (kept, text) => {
    keep.hidden = kept;
    forget.hidden = !kept;
    status.textContent = text;
  };
  const here = new URL('./', location.href).href;
  const mine = async () => {
    const registration = await navigator.serviceWorker.getRegistration(here);
    return registration?.scope === here ? registration : undefined;
  };
  const known = await mine();
  show(Boolean(known?.active), known?.active ? box.dataset.kept : '');
  box.hidden = false;
  keep.addEventListener('click', async () => {
    keep.disabled = true;
    status.textContent = box.dataset.keeping;
    try {
      const registration = await navigator.serviceWorker.register('sw.js', { scope: './' });
      const worker = registration.installing ?? registration.waiting ?? registration.active;
      await new Promise((done, failed) => {
        const look = () => {
          if (worker.state === 'activated') done();
          if (worker.state === 'redundant') failed(new Error('not kept'));
        };
        worker.addEventListener('statechange', look);
        look();
      });
      show(true, box.dataset.kept);
    } catch {
      show(false, box.dataset.failed);
    }
    keep.disabled = false;
  });
  forget.addEventListener('click', async () => {
    await (await mine())?.unregister();
    await caches.delete(box.dataset.name);
    show(false, '');
  });
}

const box = document.querySelector('.offline');
// A preview is not for keeping.
if (box && 'serviceWorker' in navigator && !location.pathname.startsWith('/api/')) {
  void offerKeeping(box).catch(() => undefined);
}
