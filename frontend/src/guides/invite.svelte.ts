// Invite links: whether their dialog is open, and the calls behind it.
import { api, ask } from '../api/client';
import type { InviteLink, InviteMade, Role } from '../api/types';

class InviteDialogState {
  open = $state(false);
}
export const inviteDialog = new InviteDialogState();

export async function invitations(slug: string): Promise<InviteLink[]> {
  const { items } = await ask(
    api.GET('/api/guides/{slug}/invitations', { params: { path: { slug } } }),
  );
  return items;
}

/** Makes a link; its secret is in this answer and nowhere else afterwards. */
export function invite(
  slug: string,
  role: Role,
  label: string,
  expiresAt: string | null,
): Promise<InviteMade> {
  const body = { role, label, ...(expiresAt === null ? {} : { expires_at: expiresAt }) };
  return ask(api.POST('/api/guides/{slug}/invitations', { params: { path: { slug } }, body }));
}

export async function revoke(slug: string, id: string): Promise<void> {
  await ask(
    api.DELETE('/api/guides/{slug}/invitations/{invitation_id}', {
      params: { path: { slug, invitation_id: id } },
    }),
  );
}
