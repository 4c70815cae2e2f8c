// What a person is told when the chapter cannot be written, or words were not taken.

/** Why the chapter is shown but cannot be changed here. */
export function whyReadOnly(code: string): string {
  switch (code) {
    case 'frozen':
      return 'This chapter is closed for changes right now. You can read it.';
    case 'old_schema':
      return 'Chapterhouse was updated. Reload this page to go on writing; your text is kept on this device.';
    case 'signed-out':
      return 'You are no longer signed in on this device. Open your link again to go on writing.';
    case 'gone':
      return 'This chapter is not here any more. It may be in the bin, where the facilitator can restore it.';
    case 'restored':
      return 'This chapter was restored to an earlier state. It opens anew in a moment.';
    case 'refused':
      return 'You cannot write in this guide any more. Ask the facilitator if that is a mistake.';
    default:
      return 'You can read this chapter. Ask the facilitator if you want to write in it.';
  }
}

/** Why some words became a recovered copy. */
export function whyRecovered(code: string): string {
  switch (code) {
    case 'epoch':
      return 'This chapter was restored to an earlier state while you were away. Your unsent words are kept here.';
    case 'restored':
      return 'This chapter was restored from a backup that does not have these words of yours. They are kept here.';
    case 'read_only':
    case 'refused':
    case 'signed-out':
      return 'You could no longer write here when these words arrived. They are kept here.';
    case 'taken_away':
      return 'Somebody took away or moved the paragraph you were writing in. This is how you had it.';
    case 'gone':
      return 'The chapter was taken away before these words arrived. They are kept here.';
    case 'too_big':
      return 'These words were too much at once for the server. They are kept here; paste them in smaller pieces.';
    default:
      return 'The server could not take these words. They are kept here; copy them and paste them again.';
  }
}

/** The reason in a close code that will not get better by trying again. */
export function closeReason(code: number): string {
  if (code === 4401) return 'signed-out';
  if (code === 4404 || code === 4410) return 'gone';
  if (code === 4409) return 'epoch';
  return 'refused';
}
