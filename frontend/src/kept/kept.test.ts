// Promise: words that the page and the server both give back are there once.
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { Problem } from '../api/problem';
import type { RecoveredCopy } from '../sync/recovered';
import { KeptWords } from './kept.svelte';

const copy = (id: string, text: string, documentId = 'd', at = 1): RecoveredCopy => ({
  id,
  copy: `maria/${documentId}`,
  title: 'One',
  reason: 'Somebody took it away.',
  text,
  at,
});

function keeping(...list: RecoveredCopy[]): { kept: KeptWords; givenUp: string[] } {
  const givenUp: string[] = [];
  const giveUp = ({ id }: RecoveredCopy) => Promise.resolve(void givenUp.push(id));
  const rescued = {
    list: () => Promise.resolve(list.filter(({ id }) => !givenUp.includes(id))),
    giveUp,
  };
  return { kept: new KeptWords('maria', rescued), givenUp };
}

test('what the page has given back, also when it was thrown away since, the server gives up', async () => {
  const { kept, givenUp } = keeping(copy('server/1', 'more.\nAnd '));
  kept.add(copy('maria/d/1', 'And the words, more.'));
  await kept.discard('maria/d/1');
  expect(await kept.refresh()).toEqual([]);
  expect(kept.list).toEqual([]);
  expect(givenUp).toEqual(['server/1']);
});

test('what the page gives back a moment later takes the place of what the server has', async () => {
  const { kept, givenUp } = keeping(copy('server/1', 'more'));
  expect(await kept.refresh()).toHaveLength(1);
  kept.add(copy('maria/d/1', 'The words, more.'));
  expect(kept.list.map(({ id }) => id)).toEqual(['maria/d/1']);
  expect(givenUp).toEqual(['server/1']);
});

test('other words, and those of another chapter, stay; and are told of once', async () => {
  const { kept, givenUp } = keeping(copy('server/1', 'other'), copy('server/2', 'words', 'e'));
  kept.add(copy('maria/d/1', 'The words.'));
  expect(await kept.refresh()).toHaveLength(2);
  expect(await kept.refresh()).toEqual([]);
  expect(kept.list).toHaveLength(3);
  await kept.discard('server/1');
  expect(givenUp).toEqual(['server/1']);
  expect(kept.of('e').map(({ text }) => text)).toEqual(['words']);
});

test('a short word that was lost on another day is not taken for part of what the page gave', async () => {
  const { kept, givenUp } = keeping(copy('server/1', 'or', 'd', 86_400_000));
  kept.add(copy('maria/d/1', 'The words, more.'));
  expect(await kept.refresh()).toHaveLength(1);
  expect(givenUp).toEqual([]);
});

test('what was discarded does not come again with an answer that was on its way', async () => {
  const words = copy('server/1', 'words');
  const answers: ((found: RecoveredCopy[]) => void)[] = [];
  const kept = new KeptWords('maria', {
    list: () => new Promise((answer) => answers.push(answer)),
    giveUp: () => Promise.resolve(),
  });
  const [first, late] = [kept.refresh(), kept.refresh()];
  answers[0]?.([words]);
  expect(await first).toEqual([words]);
  await kept.discard('server/1');
  answers[1]?.([words]);
  expect(await late).toEqual([]);
  expect(kept.list).toEqual([]);
});

test('what was dealt with on another device is gone here too, and can be discarded', async () => {
  const { kept, givenUp } = keeping(copy('server/1', 'words'), copy('server/2', 'others'));
  await kept.refresh();
  givenUp.push('server/1');
  await kept.refresh();
  expect(kept.list.map(({ id }) => id)).toEqual(['server/2']);
  const gone = new KeptWords('maria', {
    list: () => Promise.resolve([copy('server/3', 'words')]),
    giveUp: () => Promise.reject(new Problem(404, 'not_kept', 'These are not kept any more.')),
  });
  await gone.refresh();
  await gone.discard('server/3');
  expect(gone.list).toEqual([]);
});
