import type { Language, LessonVerdict } from '../../verdict/lesson.ts'

/** The words around the texts of a lesson. */
export interface LabWords {
  readonly claim: string
  readonly done: string
  readonly expected: string
  readonly seen: string
  readonly why: string
  readonly reason: string
  readonly lesson: string
  readonly shows: string
  readonly verdicts: Readonly<Record<LessonVerdict, string>>
  /** How many of the steps were observed. The others cannot be shown on this machine. */
  readonly steps: (shown: number, all: number) => string
  readonly passed: (passed: number, all: number) => string
  readonly failed: (count: number) => string
  readonly skipped: (count: number) => string
  readonly interrupted: string
  readonly unfinished: (count: number) => string
  /** The usage below the list. */
  readonly usage: readonly string[]
}

export const LAB_WORDS: Readonly<Record<Language, LabWords>> = {
  en: {
    claim: 'claim',
    done: 'done',
    expected: 'expected',
    seen: 'seen',
    why: 'why',
    reason: 'reason',
    lesson: 'lesson',
    shows: 'what it shows',
    verdicts: { pass: 'pass', fail: 'fail', skipped: 'skipped' },
    steps: (shown, all) => (shown === all ? `${all} of ${all}` : `${shown} of ${all}, the others not here`),
    passed: (passed, all) => `${passed} of ${all} ${all === 1 ? 'lesson' : 'lessons'} passed`,
    failed: count => `${count} failed`,
    skipped: count => `${count} skipped`,
    interrupted: 'interrupted',
    unfinished: count => `${count} not finished`,
    usage: ['udptool lab NAME…  runs lessons and explains them', 'udptool lab all    runs the whole course'],
  },
  zh: {
    claim: '论断',
    done: '做法',
    expected: '预期',
    seen: '所见',
    why: '道理',
    reason: '原因',
    lesson: '课程',
    shows: '内容',
    verdicts: { pass: '通过', fail: '不符', skipped: '跳过' },
    steps: (shown, all) => (shown === all ? `${shown}/${all}` : `${shown}/${all}，其余在此无法演示`),
    passed: (passed, all) => `${all} 课中通过 ${passed} 课`,
    failed: count => `${count} 课不符`,
    skipped: count => `${count} 课跳过`,
    interrupted: '已中断',
    unfinished: count => `${count} 课未完成`,
    usage: ['udptool lab 名称… --lang zh  运行并讲解', 'udptool lab all --lang zh   运行全部课程'],
  },
}
