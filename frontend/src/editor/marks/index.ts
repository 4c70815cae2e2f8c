// The marks, in the order in which several stand on one text.
import { Bold as BaseBold } from '@tiptap/extension-bold';
import { Code as BaseCode } from '@tiptap/extension-code';
import { Italic as BaseItalic } from '@tiptap/extension-italic';
import { Strike as BaseStrike } from '@tiptap/extension-strike';
import { Subscript as BaseSubscript } from '@tiptap/extension-subscript';
import { Superscript as BaseSuperscript } from '@tiptap/extension-superscript';

export { Link } from './link';

// TipTap orders marks by priority; these keep the order of the manuscript.
export const Bold = BaseBold.extend({ priority: 99 });
export const Italic = BaseItalic.extend({ priority: 98 });
export const Strike = BaseStrike.extend({ priority: 97 });
// Two people may make the same words bold and code: neither mark may push the other out.
export const Code = BaseCode.extend({ priority: 96, excludes: 'code' });
export const Subscript = BaseSubscript.extend({ priority: 95 });
export const Superscript = BaseSuperscript.extend({ priority: 94 });
