// Where a link may lead: the same rule as the server's grammar, which refuses anything else.

const MAX_BYTES = 2048;
const ALLOWED =
  // eslint-disable-next-line no-control-regex -- control characters are exactly what must not pass
  /^(?:https?:\/\/[^\s\x00-\x1f\x7f]+|mailto:[^\s\x00-\x1f\x7f]+|tel:[^\s\x00-\x1f\x7f]+|#[^\s\x00-\x1f\x7f]*|chapter:[0-9a-z]{26}(?:#[^\s\x00-\x1f\x7f]*)?)$/i;

export const linkOk = (href: unknown): href is string =>
  typeof href === 'string' &&
  ALLOWED.test(href) &&
  new TextEncoder().encode(href).byteLength <= MAX_BYTES;

/** What a person typed as a link, made into one; null when it cannot be. */
export function toHref(typed: string): string | null {
  const text = typed.trim().replaceAll(/\s/g, '%20');
  if (text === '') return null;
  if (linkOk(text)) return text;
  if (/^[^@:/]+@[^@/]+\.[a-z]{2,}$/i.test(text)) return safe(`mailto:${text}`);
  if (/^[\w-]+(\.[\w-]+)+([/?#:].*)?$/i.test(text)) return safe(`https://${text}`);
  if (/^\+?[\d ()/-]{6,}$/.test(typed.trim())) {
    return safe(`tel:${typed.trim().replaceAll(/[^\d+]/g, '')}`);
  }
  return null;
}

const safe = (href: string): string | null => (linkOk(href) ? href : null);
