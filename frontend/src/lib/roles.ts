// The five roles, in the words people read.
import type { Role } from '../api/types';

export const ROLES: { role: Role; name: string; may: string }[] = [
  { role: 'writer', name: 'Writer', may: 'Writes in every chapter and takes tasks.' },
  {
    role: 'reviewer',
    name: 'Reviewer',
    may: 'Reads everything, and says in the room what should be better.',
  },
  {
    role: 'designer',
    name: 'Designer',
    may: 'Chooses how the book looks, sets its cover and makes its files.',
  },
  { role: 'reader', name: 'Reader', may: 'Reads and downloads the guide.' },
  { role: 'facilitator', name: 'Facilitator', may: 'Runs the sprint: people, tasks, the clock.' },
];

export function roleName(role: string): string {
  return ROLES.find((known) => known.role === role)?.name ?? role;
}
