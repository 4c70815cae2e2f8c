// The steps of joining: read the link, give a name, perhaps wait for somebody to say yes.
import { Problem, sentenceFor } from '../api/problem';
import type { Invitation } from '../api/types';
import { paths, router } from '../lib/router.svelte';
import { account, claimState, invitation, join } from '../people/account';
import { loadGuidePage } from './loadGuidePage';

const ASK_EVERY = 2000;

export interface Taken {
  sentence: string;
  person: { id: string; name: string };
}

export class Joining {
  step: 'opening' | 'name' | 'taken' | 'waiting' | 'refused' | 'closed' = $state('opening');
  invitation: Invitation | null = $state.raw(null);
  name = $state('');
  taken: Taken | null = $state.raw(null);
  /** What is wrong, as a sentence; with `closed` there is no form any more. */
  trouble: string | null = $state(null);
  /** The link itself is fine; trying again may help. */
  mayRetry = $state(false);
  busy = $state(false);
  insecure = $state(false);
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly token: string) {}

  async open(): Promise<void> {
    this.step = 'opening';
    this.trouble = null;
    this.mayRetry = false;
    try {
      const [link, me] = await Promise.all([invitation(this.token), account()]);
      this.invitation = link;
      this.insecure = me.insecure;
      this.name = link.person?.name ?? me.person?.name ?? '';
      // A known device, or a personal link, needs no questions.
      if (link.member || link.kind === 'personal') await this.join();
      else this.step = 'name';
      // While the name is being typed, the rest comes in.
      void loadGuidePage().catch(() => undefined);
    } catch (error) {
      this.trouble = sentenceFor(error);
      this.mayRetry = !(error instanceof Problem) || error.status === 0 || error.status >= 500;
      this.step = 'closed';
    }
  }

  async join(claim?: string): Promise<void> {
    if (this.name.trim() === '') {
      this.trouble = 'Type the name the others know you by.';
      return;
    }
    this.busy = true;
    this.trouble = null;
    try {
      const answer = await join(this.token, this.name.trim(), claim);
      if ('claim' in answer) {
        this.step = 'waiting';
        this.poll(answer.claim);
      } else this.enter(answer.guide, answer.chapter_id ?? null);
    } catch (error) {
      if (error instanceof Problem && error.code === 'name_taken') {
        this.taken = {
          sentence: error.message,
          person: error.extra['person'] as Taken['person'],
        };
        this.step = 'taken';
      } else {
        this.trouble = sentenceFor(error);
        if (this.step === 'opening') this.step = 'name';
      }
    }
    this.busy = false;
  }

  /** Another person of the same name: a different one is suggested. */
  another(): void {
    this.name = anotherName(this.name.trim());
    this.step = 'name';
  }

  private poll(claim: string): void {
    this.timer = setTimeout(() => {
      claimState(claim).then(
        (state) => {
          if (state.status === 'confirmed' && state.joined) {
            this.enter(state.joined.guide, state.joined.chapter_id);
          } else if (state.status === 'refused') this.step = 'refused';
          else this.poll(claim);
        },
        (error: unknown) => {
          // A lost connection is no answer; anything else is.
          if (error instanceof Problem && error.status === 0) this.poll(claim);
          else {
            this.trouble = sentenceFor(error);
            this.step = 'name';
          }
        },
      );
    }, ASK_EVERY);
  }

  private enter(slug: string, chapterId: string | null): void {
    router.go(chapterId === null ? paths.desk(slug) : paths.chapter(slug, chapterId), {
      replace: true,
    });
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }
}

/** "Maria" becomes "Maria 2", "Maria 2" becomes "Maria 3". */
export function anotherName(name: string): string {
  const counted = /^(.*\S)\s+(\d{1,3})$/u.exec(name);
  if (counted) return `${counted[1] ?? name} ${Number(counted[2]) + 1}`;
  return `${name} 2`;
}

/** Takes the secret out of the address bar, and keeps it for a reload of this very page. */
export function takeToken(): string | null {
  const fragment = location.hash.slice(1);
  if (fragment !== '') {
    history.replaceState({ token: fragment }, '', '/join');
    return fragment;
  }
  const kept = history.state as { token?: unknown } | null;
  return typeof kept?.token === 'string' ? kept.token : null;
}
