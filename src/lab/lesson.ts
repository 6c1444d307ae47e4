import type { Stage } from './stage.ts'
import type { Text } from './text.ts'

/** One statement about sockets: its texts, and a function that makes it happen. */
export interface Lesson {
  /** A name of the command line, for ever. */
  readonly id: string
  readonly title: Text
  readonly claim: Text
  /** The experiment. */
  readonly done: Text
  readonly expected: Text
  readonly why: Text
  /** A drawing in lines of at most 60 columns, where it says more than words. */
  readonly picture?: Text
  /** Opens real sockets on the stage, runs the experiment, and reports its observations to the stage. An exception fails the lesson. */
  readonly play: (stage: Stage) => Promise<void>
}
