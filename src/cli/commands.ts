import type { Command } from 'commander'
import { addCheckCommand } from './check-command.ts'
import { addCompletionCommand } from './completion-command.ts'
import { addEnginesCommand } from './engines-command.ts'
import { addLabCommand } from './lab-command.ts'
import { addRelayCommand } from './relay-command.ts'
import { addSendCommand } from './send-command.ts'
import { addServeCommand } from './serve-command.ts'
import { addTcpCommand } from './tcp-command.ts'

/** Every command, in the order of `udptool --help`. Each tells `done` its exit status. */
export const COMMANDS: readonly ((program: Command, done: (status: number) => void) => void)[] = [
  addServeCommand,
  addSendCommand,
  addCheckCommand,
  addRelayCommand,
  addTcpCommand,
  addEnginesCommand,
  addLabCommand,
  addCompletionCommand,
]
