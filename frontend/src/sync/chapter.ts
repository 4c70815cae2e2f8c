// What an open chapter is opened with, what it says about itself, and where its socket is.
import type * as Y from 'yjs';
import type { ConnectionOptions } from './connection';
import { SCHEMA_VERSION } from './protocol';
import type { RecoveredCopy } from './recovered';
import type { SaveState } from './saveState';

export interface ChapterStatus {
  /** There is text to show: the copy of this device, or the server's. */
  ready: boolean;
  online: boolean;
  writable: boolean;
  /** Why the chapter cannot be written, as a sentence; null while it can. */
  readOnly: string | null;
  /** The chapter is closed for changes, and the server did not take the last words: they wait here. */
  frozen: boolean;
}

export interface ChapterEvents {
  save: SaveState;
  status: ChapterStatus;
  /** Another document is to be shown from now on. */
  document: Y.Doc;
  /** The chapter was restored from a backup and is another document now. */
  restored: undefined;
  recovered: RecoveredCopy;
}

/** Why a chapter's door stays closed. */
export type Closed = 'signed-out' | 'gone' | 'restored';

export interface ChapterOptions {
  documentId: string;
  personId: string;
  /** The chapter's title, to name a recovered copy. */
  title: string;
  /** Which chapter it is, as `guide/chapter`; see `CopyRow`. */
  chapter?: string | undefined;
  socket?: ConnectionOptions['socket'];
  /**
   * Asked when the door does not open, because a browser is not told why: the code of a reason
   * that will not go away by itself, or null.
   */
  probe?: (() => Promise<Closed | null>) | undefined;
  /** Where the API is, such as ws://host; the page's own address by default. */
  base?: string;
}

/** The address of a chapter's socket. */
export function socketUrl({ base, documentId }: ChapterOptions, epoch: string | null): string {
  const here = globalThis.location;
  const root = base ?? `${here.protocol.replace('http', 'ws')}//${here.host}`;
  const asks = new URLSearchParams({ durable: '1', schema: String(SCHEMA_VERSION) });
  if (epoch !== null) asks.set('epoch', epoch);
  return `${root}/api/sync/${encodeURIComponent(documentId)}?${asks}`;
}

/**
 * While a chapter is open: writes down what waits when the page is hidden or left, and asks before
 * it is left with words the server does not have. Returns how to stop.
 */
export function guardPage(flush: () => void, hasUnsent: () => boolean): () => void {
  const leaving = (event: BeforeUnloadEvent): void => {
    flush();
    if (hasUnsent()) event.preventDefault();
  };
  globalThis.addEventListener('beforeunload', leaving);
  globalThis.addEventListener('pagehide', flush);
  globalThis.document.addEventListener('visibilitychange', flush);
  return () => {
    globalThis.removeEventListener('beforeunload', leaving);
    globalThis.removeEventListener('pagehide', flush);
    globalThis.document.removeEventListener('visibilitychange', flush);
  };
}
