// The four things a person is told about their text, and nothing else.

export type SaveState = 'saved' | 'saving' | 'kept' | 'not-saved';

/** From the worst to the best. */
const ORDER: SaveState[] = ['not-saved', 'kept', 'saving', 'saved'];

/** The worst of several; null when there is none. */
export function worst(states: (SaveState | null)[]): SaveState | null {
  return ORDER.find((state) => states.includes(state)) ?? null;
}

export const SAVE_SENTENCES: Record<SaveState, string> = {
  saved: 'Saved',
  saving: 'Saving…',
  kept: 'Kept on this device, waiting for the network',
  'not-saved': 'Not saved, copy your text',
};
