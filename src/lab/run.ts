import type { Language, LessonRow, LessonTitle, LessonVerdict } from '../verdict/lesson.ts'
import { checkedLibc } from '../engine/system-calls.ts'
import { describeHost } from '../runs/host.ts'
import { readVersion } from '../runs/version.ts'
import type { Lesson } from './lesson.ts'
import { LESSONS } from './lessons.ts'
import { play } from './play.ts'

export interface LabHooks {
  /** After it is aborted, no further lesson starts. */
  readonly signal?: AbortSignal
  /** A lesson starts: the number done, and its id. */
  readonly onLesson?: (done: number, id: string) => void
}

interface LabHead {
  readonly schema: 'udptool/lab/1'
  readonly command: 'lab'
  readonly tool: { readonly name: 'udptool'; readonly version: string }
  readonly host: ReturnType<typeof describeHost>
  readonly language: Language
}

/** The document of `udptool lab` without names of lessons. */
export interface LabList extends LabHead {
  readonly lessons: readonly LessonTitle[]
}

/** The document of lessons that ran. */
export interface LabReport extends LabHead {
  /** Whether system calls of the kernel could be made, or only node:dgram and node:net. */
  readonly engine: 'kernel' | 'dgram'
  readonly lessons: readonly LessonRow[]
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** A signal ended it before the last lesson. */
  readonly interrupted: boolean
  /** The lessons that were not finished. */
  readonly unfinished: readonly string[]
  /** `skipped` if nothing failed, and nothing passed or not every lesson finished. */
  readonly verdict: LessonVerdict
}

export function listLessons(language: Language): LabList {
  const titles = LESSONS.map(({ id, title, claim }) => ({ id, title: title[language], claim: claim[language] }))
  return { ...head(language), lessons: titles }
}

/** Runs lessons one after the other. Each opens and closes its own sockets on this host. */
export async function runLessons(
  chosen: readonly Lesson[],
  language: Language,
  hooks: LabHooks = {},
): Promise<LabReport> {
  const lessons: LessonRow[] = []
  const isOver = (): boolean => hooks.signal?.aborted === true
  for (const lesson of chosen) {
    if (isOver()) break
    hooks.onLesson?.(lessons.length, lesson.id)
    const row = await play(lesson, language)
    // The result of an interrupted lesson proves nothing.
    if (isOver() && row.verdict !== 'pass') break
    lessons.push(row)
  }
  const unfinished = chosen.slice(lessons.length).map(({ id }) => id)
  const interrupted = unfinished.length > 0
  const count = (wanted: LessonVerdict): number => lessons.filter(({ verdict }) => verdict === wanted).length
  const [passed, failed, skipped] = [count('pass'), count('fail'), count('skipped')]
  return {
    ...head(language),
    engine: checkedLibc().missing === undefined ? 'kernel' : 'dgram',
    lessons,
    passed,
    failed,
    skipped,
    interrupted,
    unfinished,
    verdict: failed > 0 ? 'fail' : passed > 0 && !interrupted ? 'pass' : 'skipped',
  }
}

function head(language: Language): LabHead {
  return {
    schema: 'udptool/lab/1',
    command: 'lab',
    tool: { name: 'udptool', version: readVersion() },
    host: describeHost(),
    language,
  }
}
