import { describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import { type Choice, saveOrChoose } from './conflict';

interface Stored {
  title: string;
  version: number;
}

/** A server with one title, which refuses what was decided without having seen its version. */
function server(title: string, version: number) {
  const stored = { title, version };
  return {
    stored,
    save: vi.fn((value: string, seen: number): Promise<Stored> => {
      if (seen < stored.version) {
        return Promise.reject(new Problem(409, 'changed', `Maria renamed it to ${stored.title}.`));
      }
      stored.title = value;
      stored.version += 1;
      return Promise.resolve({ ...stored });
    }),
    look: () =>
      Promise.resolve({ now: { ...stored }, value: stored.title, version: stored.version }),
  };
}

describe('two people changing one thing', () => {
  it('asks nobody when nobody was faster', async () => {
    const { save, look } = server('Old', 3);
    const choose = vi.fn<() => Promise<Choice>>();
    const now = await saveOrChoose({ value: 'New', seen: 3, save, look, choose });
    expect(now.title).toBe('New');
    expect(choose).not.toHaveBeenCalled();
  });
  it('shows both and keeps theirs', async () => {
    const { stored, save, look } = server('Theirs', 4);
    const choose = vi.fn(() => Promise.resolve<Choice>('theirs'));
    const now = await saveOrChoose({ value: 'Mine', seen: 3, save, look, choose });
    expect(choose).toHaveBeenCalledExactlyOnceWith({
      sentence: 'Maria renamed it to Theirs.',
      theirs: 'Theirs',
      mine: 'Mine',
    });
    expect(now.title).toBe('Theirs');
    expect(stored.title).toBe('Theirs');
  });
  it('uses mine over the version that was shown', async () => {
    const { stored, save, look } = server('Theirs', 4);
    const choose = () => Promise.resolve<Choice>('mine');
    await saveOrChoose({ value: 'Mine', seen: 3, save, look, choose });
    expect(stored.title).toBe('Mine');
    expect(save).toHaveBeenLastCalledWith('Mine', 4);
  });
  it('asks again when a third change comes while the question is open', async () => {
    const { stored, save, look } = server('Theirs', 4);
    let asked = 0;
    const choose = () => {
      asked += 1;
      if (asked === 1) Object.assign(stored, { title: 'Third', version: 5 });
      return Promise.resolve<Choice>('mine');
    };
    await saveOrChoose({ value: 'Mine', seen: 3, save, look, choose });
    expect(asked).toBe(2);
    expect(stored.title).toBe('Mine');
  });
  it('does not ask when both wanted the same', async () => {
    const { save, look } = server('Same', 4);
    const choose = vi.fn<() => Promise<Choice>>();
    const now = await saveOrChoose({ value: 'Same', seen: 3, save, look, choose });
    expect(now.title).toBe('Same');
    expect(choose).not.toHaveBeenCalled();
  });
  it('passes every other problem on', async () => {
    const { look } = server('x', 1);
    const save = () => Promise.reject(new Problem(403, 'forbidden', 'Not yours.'));
    const choose = vi.fn<() => Promise<Choice>>();
    const saving = saveOrChoose({ value: 'y', seen: 1, save, look, choose });
    await expect(saving).rejects.toThrow('Not yours.');
  });
});
