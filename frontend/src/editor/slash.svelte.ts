// The slash menu's state: TipTap's suggestion plug-in finds the "/", this holds what the menu shows.
import { Extension, type Editor } from '@tiptap/core';
import { PluginKey } from '@tiptap/pm/state';
import { Suggestion, type SuggestionProps } from '@tiptap/suggestion';
import { isRemote } from './remote';
import { type EditorContext, type Tool, matching } from './toolbar';

export class SlashState {
  open = $state(false);
  tools: Tool[] = $state.raw([]);
  chosen = $state(0);
  /** Where the "/" is on the screen. */
  rect: DOMRect | null = $state.raw(null);
  pick: (tool: Tool) => void = () => undefined;

  move(by: number): void {
    const count = this.tools.length;
    if (count > 0) this.chosen = (this.chosen + by + count) % count;
  }
}

/** The id of an option, for aria-activedescendant. */
export const optionId = (tool: Tool): string => `slash-${tool.id}`;

export function slashMenu(state: SlashState, context: EditorContext): Extension {
  return Extension.create({
    name: 'slashMenu',
    addProseMirrorPlugins() {
      const { editor } = this;
      const show = (props: SuggestionProps<Tool, Tool>): void => {
        state.tools = props.items;
        state.chosen = Math.min(state.chosen, Math.max(0, props.items.length - 1));
        state.rect = props.clientRect?.() ?? null;
        state.pick = (tool) => props.command(tool);
        state.open = props.items.length > 0;
        announce(editor, state);
      };
      return [
        Suggestion<Tool, Tool>({
          editor,
          pluginKey: new PluginKey('slashMenu'),
          char: '/',
          allowedPrefixes: [' ', '\u00a0'],
          items: ({ query }) => matching(query, editor),
          allow: ({ editor: e }) => e.isEditable && !e.isActive('codeBlock') && !e.isActive('code'),
          // Somebody else typing a slash is no wish of this person.
          shouldShow: ({ transaction }) => !isRemote(transaction),
          command: ({ editor: e, range, props: tool }) => {
            e.chain().focus().deleteRange(range).run();
            tool.run(e, context);
          },
          render: () => ({
            onStart: (props) => {
              state.chosen = 0;
              show(props);
            },
            onUpdate: show,
            onKeyDown: ({ event }) => keydown(event, state, editor),
            onExit: () => {
              state.open = false;
              announce(editor, state);
            },
          }),
        }),
      ];
    },
  });
}

function keydown(event: KeyboardEvent, state: SlashState, editor: Editor): boolean {
  if (!state.open) return false;
  const tool = state.tools[state.chosen];
  if (event.key === 'ArrowDown') state.move(1);
  else if (event.key === 'ArrowUp') state.move(-1);
  else if ((event.key === 'Enter' || event.key === 'Tab') && tool) state.pick(tool);
  else return false;
  announce(editor, state);
  return true;
}

/** The focus stays in the text; screen readers follow the chosen option. */
function announce(editor: Editor, state: SlashState): void {
  const tool = state.tools[state.chosen];
  const { dom } = editor.view;
  if (state.open && tool) {
    dom.setAttribute('aria-controls', 'slash-menu');
    dom.setAttribute('aria-activedescendant', optionId(tool));
  } else {
    dom.removeAttribute('aria-controls');
    dom.removeAttribute('aria-activedescendant');
  }
}
