// Telling apart one's own edits from what comes out of the shared document (others', undo, loading).
import type { Transaction } from '@tiptap/pm/state';
import { ySyncPluginKey } from '@tiptap/y-tiptap';

interface SyncMeta {
  isChangeOrigin?: boolean;
  isUndoRedoOperation?: boolean;
  binding?: unknown;
}

export const syncMeta = (tr: Transaction): SyncMeta | undefined =>
  tr.getMeta(ySyncPluginKey) as SyncMeta | undefined;

/** Whether a transaction comes from the shared document and not from this person's hands. */
export const isRemote = (tr: Transaction): boolean => syncMeta(tr)?.isChangeOrigin === true;

/** Whether it undoes or redoes an edit of this person's own. */
export const isUndo = (tr: Transaction): boolean => syncMeta(tr)?.isUndoRedoOperation === true;
