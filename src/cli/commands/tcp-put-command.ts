import { DOCUMENT_FORMATS } from '../../report/formats.ts'
import { PUT_OPTIONS } from '../../runs/tcp-put/options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool tcp put photo.jpg     to udptool tcp serve --inbox DIR
  udptool tcp put build.tar --to 10.0.0.7:9000 --name nightly.tar`

export const TCP_PUT: Subcommand = {
  name: 'put',
  about: 'upload a file to a server with an inbox',
  operand: [['<file>', 'the file to send']],
  options: PUT_OPTIONS,
  formats: DOCUMENT_FORMATS,
  help: HELP,
  async prepare([file = ''], options) {
    const { planPut } = await import('../../runs/tcp-put/plan.ts')
    const plan = planPut({ file, ...rawOptions(PUT_OPTIONS, options) })
    const { runPut } = await import('../../runs/tcp-put/run.ts')
    const { renderUpload } = await import('../../report/terminal/upload.ts')
    const { transferProgress } = await import('../progress/transfer-progress.ts')
    return {
      breaksOff: true,
      async run({ signals: { signal }, line }) {
        const result = await runPut(plan, { signal, onProgress: transferProgress(line) })
        return {
          content: { command: 'tcp put', ...result },
          table: view => (view.quiet === true ? [] : [renderUpload(result, view)]),
        }
      },
    }
  },
}
