import type { Language } from '../verdict/lesson.ts'

/** The same text in each language of the course. */
export type Text = Readonly<Record<Language, string>>
