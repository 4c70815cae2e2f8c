// House rules a machine can check: TipTap stays in editor/, imports only go down, no innerHTML.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Top to bottom, as in app/: a folder may import what stands below it, never beside or above. */
const LAYERS = [
  ['pages'],
  ['exporting', 'importing'],
  ['sprints', 'tasks'],
  ['editor'],
  ['kept'],
  ['sync'],
  ['chapters'],
  ['guides'],
  ['people'],
  ['ui'],
  ['lib', 'offline'],
  ['api'],
];
/** The shell of a chapter mounts the editor lazily; it is the one door into editor/. */
const TIPTAP = {
  group: ['@tiptap/*', 'prosemirror-*', 'y-prosemirror'],
  message: 'TipTap lives in src/editor/ alone: everything else speaks through its props.',
};

const layerRules = LAYERS.flatMap((names, level) =>
  names.map((name) => {
    const above = LAYERS.slice(0, level + 1)
      .flat()
      .filter((other) => other !== name);
    const patterns = [];
    if (above.length > 0) {
      patterns.push({
        group: above.flatMap((other) => [`**/${other}/*`]),
        message: `Imports only go down: ${name} stands below or beside that folder.`,
      });
    }
    if (name !== 'editor') patterns.push(TIPTAP);
    return {
      files: [`src/${name}/**/*.{ts,svelte}`],
      rules: { 'no-restricted-imports': ['error', { patterns }] },
    };
  }),
);

export default ts.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-undef': 'off', // TypeScript knows better
      eqeqeq: ['error', 'smart'],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Our maps and dates are derived afresh, never changed in place.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "AssignmentExpression[left.property.name='innerHTML']",
          message: 'No innerHTML: words of people are text, never markup.',
        },
      ],
      'no-restricted-imports': ['error', { patterns: [TIPTAP] }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  ...layerRules,
  { files: ['scripts/**/*.ts', 'tests/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
);
