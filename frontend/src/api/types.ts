// The shapes the screens speak of, by their plain names; all come from the API's own description.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Role = 'facilitator' | 'writer' | 'reviewer' | 'reader';
export type ChapterStatus = 'planned' | 'drafting' | 'review' | 'editing' | 'done';
export type Ability =
  'read' | 'write' | 'comment' | 'organise' | 'assign' | 'invite' | 'manage' | 'import' | 'export';

export type Account = Schemas['Me'];
export type Guide = Schemas['Guide'];
export type Me = Guide['me'];
export type GuideNew = Schemas['GuideNew'];
export type GuideCreated = Schemas['GuideCreated'];
export type GuidePatch = Schemas['GuidePatch'];
export type Countdown = Schemas['Countdown'];
export type Invitation = Schemas['Invitation'];
export type Joined = Schemas['Joined'];
export type InviteLink = Schemas['InviteLink'];
export type InviteMade = Schemas['InviteMade'];
export type PersonalLink = Schemas['PersonalLink'];
export type Device = Schemas['Device'];
export type Person = Schemas['Person'];
export type Claim = Schemas['Claim'];
export type Chapter = Schemas['Chapter'];
export type ChapterPatch = Schemas['ChapterPatch'];
export type BinnedChapter = Schemas['BinnedChapter'];
export type Part = Schemas['Part'];
export type Heading = Schemas['OutlineItem'];
export type Task = Schemas['Task'];
export type TaskNew = Schemas['TaskNew'];
export type TaskPatch = Schemas['TaskPatch'];
export type ImportJob = Schemas['ImportJob'];
export type ExportJob = Schemas['ExportJob'];
