// The editor is most of the code: it comes when the first chapter opens, or before, when all is quiet.

type EditorModule = typeof import('../editor/Editor.svelte');

let coming: Promise<EditorModule['default']> | null = null;

/** The editor's component; asked again after a failure, it is fetched again. */
export function loadEditor(): Promise<EditorModule['default']> {
  coming ??= import('../editor/Editor.svelte').then(
    (module) => module.default,
    (error: unknown) => {
      coming = null;
      throw error;
    },
  );
  return coming;
}

/** Fetches the editor once the page has settled, so that a chapter opens on bad Wi-Fi too. */
export function fetchEditorWhenIdle(): () => void {
  const timer = setTimeout(() => void loadEditor().catch(() => undefined), 1500);
  return () => {
    clearTimeout(timer);
  };
}
