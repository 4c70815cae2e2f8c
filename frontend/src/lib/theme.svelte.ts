// Light, dark and high contrast: what the system asks for, unless the person chose.

export type Light = 'system' | 'light' | 'dark';

const KEY = 'chapterhouse.look';

interface Look {
  light: Light;
  contrast: boolean;
}

class Theme {
  light: Light = $state('system');
  /** True when the person asked here for more contrast; the system may ask for it too. */
  contrast = $state(false);

  start(): () => void {
    const saved = load();
    this.light = saved.light;
    this.contrast = saved.contrast;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const more = matchMedia('(prefers-contrast: more)');
    const apply = () => {
      this.apply(dark.matches, more.matches);
    };
    dark.addEventListener('change', apply);
    more.addEventListener('change', apply);
    apply();
    return () => {
      dark.removeEventListener('change', apply);
      more.removeEventListener('change', apply);
    };
  }

  choose(look: Partial<Look>): void {
    if (look.light !== undefined) this.light = look.light;
    if (look.contrast !== undefined) this.contrast = look.contrast;
    try {
      localStorage.setItem(KEY, JSON.stringify({ light: this.light, contrast: this.contrast }));
    } catch {
      // A browser that keeps nothing still shows what was chosen, until it is closed.
    }
    this.apply(
      matchMedia('(prefers-color-scheme: dark)').matches,
      matchMedia('(prefers-contrast: more)').matches,
    );
  }

  private apply(systemDark: boolean, systemMore: boolean): void {
    const root = document.documentElement.dataset;
    // Colours change at once: fading them one by one would leave words unreadable on the way.
    root['switching'] = '';
    requestAnimationFrame(() => requestAnimationFrame(() => delete root['switching']));
    root['theme'] = this.light === 'system' ? (systemDark ? 'dark' : 'light') : this.light;
    root['contrast'] = this.contrast || systemMore ? 'more' : 'normal';
  }
}

function load(): Look {
  try {
    const look = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Look>;
    const light = look.light === 'light' || look.light === 'dark' ? look.light : 'system';
    return { light, contrast: look.contrast === true };
  } catch {
    return { light: 'system', contrast: false };
  }
}

export const theme = new Theme();
