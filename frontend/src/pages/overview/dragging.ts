// What is being dragged over the overview: a person onto a chapter or task, a task onto a person.

export type Dragged = { kind: 'person'; id: string } | { kind: 'task'; id: string };

const TYPE = 'text/x-chapterhouse';
/** dragover may not read the data, so what is under way is also kept here. */
let current: Dragged | null = null;

export function begin(event: DragEvent, what: Dragged): void {
  current = what;
  event.dataTransfer?.setData(TYPE, JSON.stringify(what));
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copyMove';
}

export function end(): void {
  current = null;
}

interface Target {
  kinds: Dragged['kind'][];
  drop: (what: Dragged) => void;
}

/** Makes an element a place to drop on; carries data-over while something fitting is above it. */
export function dropTarget(target: () => Target) {
  return (node: HTMLElement) => {
    const fits = () => current !== null && target().kinds.includes(current.kind);
    const over = (event: DragEvent) => {
      if (!fits()) return;
      event.preventDefault();
      node.dataset['over'] = '';
    };
    const leave = (event: DragEvent) => {
      if (!node.contains(event.relatedTarget as Node | null)) delete node.dataset['over'];
    };
    const drop = (event: DragEvent) => {
      delete node.dataset['over'];
      if (!fits() || current === null) return;
      event.preventDefault();
      target().drop(current);
      current = null;
    };
    node.addEventListener('dragover', over);
    node.addEventListener('dragleave', leave);
    node.addEventListener('drop', drop);
    return () => {
      node.removeEventListener('dragover', over);
      node.removeEventListener('dragleave', leave);
      node.removeEventListener('drop', drop);
    };
  };
}
