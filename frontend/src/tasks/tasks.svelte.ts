// The tasks of a guide: work for a person, or for anyone.
import { createContext } from 'svelte';
import { api, ask } from '../api/client';
import type { Task, TaskNew, TaskPatch } from '../api/types';
import { oneAtATime } from '../lib/coalesce';

export class TasksStore {
  list: Task[] = $state.raw([]);
  loaded = $state(false);

  readonly refresh = oneAtATime(async () => {
    const { items } = await ask(api.GET('/api/guides/{slug}/tasks', this.at));
    this.list = [...items].sort(byUrgency);
    this.loaded = true;
  });

  constructor(readonly slug: string) {}

  private get at() {
    return { params: { path: { slug: this.slug } } };
  }
  private one(task_id: string) {
    return { params: { path: { slug: this.slug, task_id } } };
  }

  get open(): Task[] {
    return this.list.filter((task) => task.status === 'open');
  }

  /** The tasks of one person; null: of nobody yet. */
  of(personId: string | null): Task[] {
    return this.list.filter((task) => task.assignee_id === personId);
  }

  private put(task: Task): void {
    this.list = this.list.map((t) => (t.id === task.id ? task : t)).sort(byUrgency);
  }

  async create(task: TaskNew): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/tasks', { ...this.at, body: task }));
    await this.refresh();
  }

  async edit(id: string, patch: TaskPatch): Promise<void> {
    this.put(
      await ask(api.PATCH('/api/guides/{slug}/tasks/{task_id}', { ...this.one(id), body: patch })),
    );
  }

  async remove(id: string): Promise<void> {
    await ask(api.DELETE('/api/guides/{slug}/tasks/{task_id}', this.one(id)));
    await this.refresh();
  }

  async restore(id: string): Promise<void> {
    await ask(api.POST('/api/guides/{slug}/tasks/{task_id}/restore', this.one(id)));
    await this.refresh();
  }
}

/** Open before done, due soonest first, undated in the order they were made. */
export function byUrgency(a: Task, b: Task): number {
  if (a.status !== b.status) return a.status === 'open' ? -1 : 1;
  const due = (task: Task) => (task.due_at == null ? Infinity : Date.parse(task.due_at));
  if (due(a) !== due(b)) return due(a) - due(b);
  return a.created_at.localeCompare(b.created_at);
}

export const [useTasks, provideTasks] = createContext<TasksStore>();
