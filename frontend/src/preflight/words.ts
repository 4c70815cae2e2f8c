// How findings are spoken of on every screen.
import type { Finding, FindingCounts } from '../api/types';
import type { IconName } from '../ui/icons';

export type Standing = Finding['severity'];

export const STANDINGS: { standing: Standing; name: string; icon: IconName; means: string }[] = [
  {
    standing: 'must',
    name: 'Must fix',
    icon: 'warning',
    means: 'Until these are fixed the guide cannot be published.',
  },
  {
    standing: 'should',
    name: 'Should fix',
    icon: 'info',
    means: 'A careful reader will notice.',
  },
  {
    standing: 'waved',
    name: 'Waved through',
    icon: 'check',
    means: 'The facilitator decided to let these stand.',
  },
];

/** `3 must be fixed, 12 should`; what there is nothing of is not said. */
export function sumUp({ must, should }: FindingCounts): string {
  const said = [
    must > 0 ? `${must} must be fixed` : '',
    should > 0 ? (must > 0 ? `${should} should` : `${should} should be fixed`) : '',
  ].filter(Boolean);
  return said.length === 0 ? 'Nothing to fix' : said.join(', ');
}
