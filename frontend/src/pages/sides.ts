// What can stand beside a chapter.
import type { IconName } from '../ui/icons';

export type Side = 'brief' | 'outline' | 'fix' | 'people';

export const SIDES: { side: Side; name: string; short: string; rest: string; icon: IconName }[] = [
  {
    side: 'brief',
    name: 'What this chapter is for',
    short: 'What it is for',
    rest: 'and who writes it',
    icon: 'flag',
  },
  {
    side: 'outline',
    name: 'Outline',
    short: 'Outline',
    rest: 'of this chapter',
    icon: 'outline',
  },
  { side: 'fix', name: 'To fix', short: 'To fix', rest: 'in this chapter', icon: 'task' },
  { side: 'people', name: 'People', short: 'People', rest: 'of this guide', icon: 'people' },
];
