// Everything behind the door of a guide: fetched when one opens, or while somebody types their name.

type GuidePage = (typeof import('./GuidePage.svelte'))['default'];

let coming: Promise<GuidePage> | null = null;

/** The guide's page; asked again after a failure, it is fetched again. */
export function loadGuidePage(): Promise<GuidePage> {
  coming ??= import('./GuidePage.svelte').then(
    (module) => module.default,
    (error: unknown) => {
      coming = null;
      throw error;
    },
  );
  return coming;
}
