import type { Command } from 'commander'
import { addCheckCommand } from './check-command.ts'
import { addCompletionCommand } from './completion-command.ts'
import { addDoctorCommand } from './doctor-command.ts'
import { addDiffCommand } from './diff-command.ts'
import { addEnginesCommand } from './engines-command.ts'
import { addExecCommand } from './exec-command.ts'
import { addMtuCommand } from './mtu-command.ts'
import { addLabCommand } from './lab-command.ts'
import { addRelayCommand } from './relay-command.ts'
import { addReportCommand } from './report-command.ts'
import { addSendCommand } from './send-command.ts'
import { addServeCommand } from './serve-command.ts'
import { addTcpCommand } from './tcp-command.ts'
import { addSweepCommand } from './sweep-command.ts'

/** Every command, in the order of `udptool --help`. Each tells `done` its exit status. */
export const COMMANDS: readonly ((program: Command, done: (status: number) => void) => void)[] = [
  addServeCommand,
  addSendCommand,
  addSweepCommand,
  addMtuCommand,
  addCheckCommand,
  addDoctorCommand,
  addRelayCommand,
  addExecCommand,
  addReportCommand,
  addDiffCommand,
  addTcpCommand,
  addEnginesCommand,
  addLabCommand,
  addCompletionCommand,
]
