// The choices of light and contrast, as menu items.
import type { Light, theme } from '../lib/theme.svelte';
import type { MenuItem } from '../ui/Menu.svelte';

const LIGHTS: { light: Light; name: string }[] = [
  { light: 'system', name: 'As this device is set' },
  { light: 'light', name: 'Light' },
  { light: 'dark', name: 'Dark' },
];

export function lookItems(look: typeof theme): MenuItem[] {
  return [
    { heading: 'Light' },
    ...LIGHTS.map(({ light, name }) => ({
      label: name,
      checked: look.light === light,
      act: () => {
        look.choose({ light });
      },
    })),
    { heading: 'Contrast' },
    ...[false, true].map((contrast) => ({
      label: contrast ? 'More contrast' : 'As this device is set',
      checked: look.contrast === contrast,
      act: () => {
        look.choose({ contrast });
      },
    })),
  ];
}
