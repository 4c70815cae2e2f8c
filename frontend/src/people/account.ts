// Me, on this server: who I am, my devices, joining and leaving.
import { api, ask } from '../api/client';
import type { Account, Device, Invitation, Joined, PersonalLink } from '../api/types';

export function account(): Promise<Account> {
  return ask(api.GET('/api/me'));
}

export async function changeMe(change: { name?: string; colour?: string }): Promise<void> {
  await ask(api.PATCH('/api/me', { body: change }));
}

export async function devices(): Promise<Device[]> {
  return (await ask(api.GET('/api/devices'))).items;
}

export async function endDevice(id: string): Promise<void> {
  await ask(api.DELETE('/api/devices/{device_id}', { params: { path: { device_id: id } } }));
}

export function personalLink(slug: string): Promise<PersonalLink> {
  return ask(api.POST('/api/personal-link/{slug}', { params: { path: { slug } } }));
}

export async function leave(): Promise<void> {
  await ask(api.POST('/api/leave'));
}

export function invitation(token: string): Promise<Invitation> {
  return ask(api.POST('/api/invitation', { body: { token } }));
}

/** Joins; or, with `claim`, asks to come back as that person and gives the id of the question. */
export async function join(
  token: string,
  name: string,
  claim?: string,
): Promise<Joined | { claim: string }> {
  const body = claim === undefined ? { token, name } : { token, name, claim };
  return ask(api.POST('/api/join', { body }));
}

export function claimState(id: string) {
  return ask(api.POST('/api/join/claims/{claim_id}', { params: { path: { claim_id: id } } }));
}
