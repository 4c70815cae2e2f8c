// The shapes the screens speak of, by their plain names; all come from the API's own description.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Role = Schemas['MemberOut']['role'];
export type ChapterStatus = Schemas['ChapterOut']['status'];
export type Ability = Schemas['Me']['abilities'][number];

export type Account = Schemas['MeOut'];
export type Guide = Schemas['GuideOut'];
export type Me = Guide['me'];
export type GuideNew = Schemas['NewGuide'];
export type GuideCreated = Schemas['NewGuideOut'];
export type GuidePatch = Schemas['ChangeGuide'];
export type Countdown = Schemas['Countdown'];
export type Invitation = Schemas['InvitationInfo'];
export type Joined = Schemas['Joined'];
export type InviteLink = Schemas['InvitationOut'];
export type InviteMade = Schemas['NewLink'];
export type PersonalLink = Schemas['LinkOut'];
export type Device = Schemas['DeviceOut'];
export type Person = Schemas['MemberOut'];
export type Claim = Schemas['ClaimOut'];
export type Chapter = Schemas['ChapterOut'];
export type ChapterPatch = Schemas['ChangeChapter'];
export type BinnedChapter = Schemas['BinnedChapter'];
export type Part = Schemas['PartOut'];
export type Heading = Schemas['Heading'];
export type Task = Schemas['TaskOut'];
export type TaskNew = Schemas['NewTask'];
export type TaskPatch = Schemas['ChangeTask'];
export type ImportJob = Schemas['ImportOut'];
export type Finding = Schemas['ToFix'];
export type FindingCounts = Schemas['Counts'];
export type CheckRun = Schemas['RunOut'];
export type SettledTask = Schemas['Settled'];
export type ExportJob = Schemas['ExportOut'];
export type BookDetails = Schemas['DetailsOut'];
export type BookDetailsPatch = Schemas['ChangeDetails'];
export type BookDesign = Schemas['DesignOut'];
export type DesignPatch = Schemas['ChangeDesign'];
export type DesignPreview = Schemas['Preview'];
export type Printing = Schemas['Printing'];
export type Printer = Schemas['PrinterOut'];
export type PrintWish = Partial<Pick<Schemas['NewExport'], 'printer' | 'sheet'>>;
