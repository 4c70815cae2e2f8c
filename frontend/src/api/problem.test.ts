import { describe, expect, it } from 'vitest';
import { Problem, problemFrom, sentenceFor } from './problem';

describe('a problem', () => {
  it('is the sentence the server gave, with everything else beside it', () => {
    const problem = problemFrom(409, { detail: 'Maria was faster.', code: 'changed', version: 4 });
    expect(problem.message).toBe('Maria was faster.');
    expect(problem.code).toBe('changed');
    expect(problem.extra).toEqual({ version: 4 });
  });
  it.each([undefined, null, '<html>Bad gateway</html>', { detail: [{ loc: ['x'] }] }])(
    'is a sentence even when the answer is %j',
    (body) => {
      expect(problemFrom(502, body).message).toMatch(/^[A-Z].*\.$/u);
    },
  );
  it('never shows the inside of an error', () => {
    expect(sentenceFor(new TypeError('x is undefined'))).not.toContain('undefined');
    expect(sentenceFor(new Problem(1, 'a', 'Say this.'))).toBe('Say this.');
  });
});
