// Which task is being made or changed; TaskDialog shows it.
import type { Task } from '../api/types';

class TaskForm {
  open: { task?: Task; chapterId?: string | null; assigneeId?: string | null } | null =
    $state(null);
}
export const taskForm = new TaskForm();
