// What the fields of a figure show; the node view sets it.
import type { FigureAttrs } from '../nodes/figure';

export class FigureState {
  attrs: FigureAttrs = $state.raw({ asset: null, alt: '', credit: '', decorative: false });
  editable = $state(false);
  active = $state(false);
}
