// The one way to the API: typed calls in, data or a Problem out.
import createClient from 'openapi-fetch';
import { Problem, problemFrom, UNREACHABLE } from './problem';
import type { paths } from './schema';

export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin' });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Waits for a call; gives its data, or throws a Problem whose message is a sentence to show. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new Problem(0, 'unreachable', UNREACHABLE);
  }
  if (!answer.response.ok) throw problemFrom(answer.response.status, answer.error);
  return answer.data as T;
}

/** Sends files as multipart with progress in 0…1; fetch cannot tell how much has gone out. */
export function upload<T>(
  url: string,
  form: FormData,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(problemFrom(request.status, request.response));
    };
    request.onerror = () => {
      reject(new Problem(0, 'unreachable', UNREACHABLE));
    };
    request.onabort = () => {
      reject(new Problem(0, 'cancelled', 'Cancelled.'));
    };
    signal?.addEventListener('abort', () => {
      request.abort();
    });
    request.send(form);
  });
}
