import type { Command } from 'commander'
import { PUT_FLAGS } from '../runs/tcp-put/flags.ts'
import { addFlags, type Options } from './flags.ts'
import { DOCUMENT_FORMATS, formatFlag } from './formats.ts'

const EXAMPLES = `
Examples:
  udptool tcp put photo.jpg     to udptool tcp serve --inbox DIR
  udptool tcp put build.tar --to 10.0.0.7:9000 --name nightly.tar`

/** `udptool tcp put` */
export function addTcpPutCommand(group: Command, done: (status: number) => void): void {
  const command = group
    .command('put')
    .argument('<file>', 'the file to send')
    .description('send a file to a server with an inbox')
  addFlags(command, [...PUT_FLAGS, formatFlag(DOCUMENT_FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (file: string, options: Options) => {
    const { upload } = await import('./tcp-upload.ts')
    done(await upload(file, options))
  })
}
