/** The languages of the course. */
export const LANGUAGES = ['en', 'zh'] as const

export type Language = (typeof LANGUAGES)[number]

export type LessonVerdict = 'pass' | 'fail' | 'skipped'

/** One observation, and whether it supports the claim; `skipped`: it could not be shown on this host, and why. */
export interface LessonStep {
  readonly observed: string
  readonly verdict: LessonVerdict
}

/** The entry of a lesson in the list of lessons. */
export interface LessonTitle {
  readonly id: string
  readonly title: string
  readonly claim: string
}

/** The result of a lesson, in one language. */
export interface LessonRow extends LessonTitle {
  /** The experiment. */
  readonly done: string
  readonly expected: string
  /** All observations as one text. */
  readonly observed: string
  readonly steps: readonly LessonStep[]
  readonly verdict: LessonVerdict
  /** Why it failed or was skipped. */
  readonly reason?: string
  readonly why: string
  /** A drawing in lines of text. */
  readonly picture?: string
}
