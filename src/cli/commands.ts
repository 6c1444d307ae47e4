import { CHECK } from './commands/check-command.ts'
import { COMPLETION } from './commands/completion-command.ts'
import { DIFF } from './commands/diff-command.ts'
import { DOCTOR } from './commands/doctor-command.ts'
import { ENGINES } from './commands/engines-command.ts'
import { EXEC } from './commands/exec-command.ts'
import { EXPORTER } from './commands/exporter-command.ts'
import { LAB } from './commands/lab-command.ts'
import { MTU } from './commands/mtu-command.ts'
import { PING } from './commands/ping-command.ts'
import { QUERY } from './commands/query-command.ts'
import { RATE } from './commands/rate-command.ts'
import { RELAY } from './commands/relay-command.ts'
import { REPORT } from './commands/report-command.ts'
import { SEND } from './commands/send-command.ts'
import { SERVE } from './commands/serve-command.ts'
import { STAMP } from './commands/stamp-command.ts'
import type { CommandGroup, Subcommand } from './subcommand.ts'
import { SWEEP } from './commands/sweep-command.ts'
import { TCP } from './commands/tcp-command.ts'
import { WATCH } from './commands/watch-command.ts'

/** Every command, in the order of `udptool --help`. */
export const COMMANDS: readonly (Subcommand | CommandGroup)[] = [
  SERVE,
  PING,
  WATCH,
  EXPORTER,
  SEND,
  SWEEP,
  MTU,
  RATE,
  QUERY,
  STAMP,
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
