import type { Language } from '../verdict/lesson.ts'

/** A text in each language of the course. */
export type Text = Readonly<Record<Language, string>>
