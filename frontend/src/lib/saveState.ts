// The four things a person is told about their text, and nothing else.

export type SaveState = 'saved' | 'saving' | 'kept' | 'not-saved';

export const SAVE_SENTENCES: Record<SaveState, string> = {
  saved: 'Saved',
  saving: 'Saving…',
  kept: 'Kept on this device, waiting for the network',
  'not-saved': 'Not saved, copy your text',
};
