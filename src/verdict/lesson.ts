/** The languages of the course. */
export const LANGUAGES = ['en', 'zh'] as const

export type Language = (typeof LANGUAGES)[number]

export type LessonVerdict = 'pass' | 'fail' | 'skipped'

/** One observation, and whether it fits the claim; `skipped`: what could not be shown here, and why. */
export interface LessonStep {
  readonly observed: string
  readonly verdict: LessonVerdict
}

/** A lesson as the list of lessons has it. */
export interface LessonTitle {
  readonly id: string
  readonly title: string
  readonly claim: string
}

/** A lesson that was run, in one language. */
export interface LessonRow extends LessonTitle {
  /** The experiment. */
  readonly done: string
  readonly expected: string
  /** All observations in one text. */
  readonly observed: string
  readonly steps: readonly LessonStep[]
  readonly verdict: LessonVerdict
  /** Why it failed or was skipped. */
  readonly reason?: string
  readonly why: string
  /** A drawing in lines of text. */
  readonly picture?: string
}
