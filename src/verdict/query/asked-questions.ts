import type { QueryDocument } from './query-document.ts'

/** Number of questions for which there was a request. */
export function askedQuestions({ requests }: QueryDocument): number {
  return new Set(requests.map(({ question }) => question)).size
}
