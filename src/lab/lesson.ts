import type { Stage } from './stage.ts'
import type { Text } from './text.ts'

/** A statement about sockets: its texts, and an experiment that shows it. */
export interface Lesson {
  /** Its name on the command line. It must not change. */
  readonly id: string
  readonly title: Text
  readonly claim: Text
  /** The description of the experiment. */
  readonly done: Text
  readonly expected: Text
  readonly why: Text
  /** A drawing with lines of at most 60 columns. */
  readonly picture?: Text
  /** Opens real sockets on the stage, runs the experiment, and records its observations. An exception fails the lesson. */
  readonly play: (stage: Stage) => Promise<void>
}
