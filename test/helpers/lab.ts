import type { Finished } from './child.ts'

/** The document of `udptool lab` as in docs/lab.md, defined a second time. */
export interface LabDocument {
  readonly schema: string
  readonly engine?: string
  readonly lessons: readonly {
    readonly id: string
    readonly claim: string
    readonly expected: string
    readonly observed: string
    readonly steps: readonly { readonly observed: string; readonly verdict: string }[]
    readonly verdict: string
    readonly reason?: string
  }[]
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly verdict: string
}

export function labOf(finished: Pick<Finished, 'stdout'>): LabDocument {
  return JSON.parse(finished.stdout) as LabDocument
}

/** The lesson with this name. */
export function lessonIn(document: LabDocument, id: string): LabDocument['lessons'][number] {
  const lesson = document.lessons.find(one => one.id === id)
  if (lesson === undefined) throw new Error(`no lesson ${id} was run`)
  return lesson
}
