import { CHECK } from './check-command.ts'
import { COMPLETION } from './completion-command.ts'
import { DIFF } from './diff-command.ts'
import { DOCTOR } from './doctor-command.ts'
import { ENGINES } from './engines-command.ts'
import { EXEC } from './exec-command.ts'
import { LAB } from './lab-command.ts'
import { MTU } from './mtu-command.ts'
import { PING } from './ping-command.ts'
import { RELAY } from './relay-command.ts'
import { REPORT } from './report-command.ts'
import { SEND } from './send-command.ts'
import { SERVE } from './serve-command.ts'
import type { CommandGroup, Subcommand } from './subcommand.ts'
import { SWEEP } from './sweep-command.ts'
import { TCP } from './tcp-command.ts'

/** Every command, in the order of `udptool --help`. */
export const COMMANDS: readonly (Subcommand | CommandGroup)[] = [
  SERVE,
  PING,
  SEND,
  SWEEP,
  MTU,
  CHECK,
  DOCTOR,
  RELAY,
  EXEC,
  REPORT,
  DIFF,
  TCP,
  ENGINES,
  LAB,
  COMPLETION,
]
