import { counted } from '../../base/counted.ts'
import { COMMANDS, outputOf } from '../commands.ts'
import { encodeFrameHeader } from '../../wire/framing.ts'
import { readFrame } from '../frames.ts'
import type { Lesson } from '../lesson.ts'

const READ = 1024

export const commandFramed: Lesson = {
  id: 'command-framed',
  title: { en: 'The same with a header before each answer', zh: '每个回答前加上报头' },
  claim: {
    en: 'If a header gives the size of the output, the client reads exactly that many bytes. Each answer is complete and belongs to its command.',
    zh: '在报头里注明输出的长度，客户端一直读到够为止：每个回答都完整，并且对应自己的命令。',
  },
  done: {
    en: 'The server is udptool tcp serve --commands with the same two commands. The client requests "long", then "short", then a command that is not on the list. It reads 1024 bytes at a time.',
    zh: '使用 udptool tcp serve --commands 本身，以及同样的两条命令。客户端每次读 1024 字节，先要“long”，再要“short”，最后要一条不在列表上的命令。',
  },
  expected: {
    en: 'all 4000 bytes of "long", then the 6 bytes of "short", then an error, because only commands of the list run',
    zh: '“long”的全部 4000 字节，然后是“short”的 6 字节，最后是拒绝：不在列表上的命令不会运行',
  },
  picture: {
    en: `client                     server
  {"cmd":"run","name":"long"}  ─▶
  recv × 4  ◀─ {"exit_code":0,"data_size":4000} + 4000
  {"cmd":"run","name":"short"} ─▶
  recv × 1  ◀─ {"exit_code":0,"data_size":6} + 6`,
    zh: `客户端                     服务端
  {"cmd":"run","name":"long"}  ─▶
  recv × 4  ◀─ {"exit_code":0,"data_size":4000} + 4000
  {"cmd":"run","name":"short"} ─▶
  recv × 1  ◀─ {"exit_code":0,"data_size":6} + 6`,
  },
  why: {
    en: 'The header divides the stream into messages again. One read is still not one answer: a client must read in a loop ("while", not "if") until it has the whole output.',
    zh: '报头让字节流重新有了消息。注意一次读取依然不等于一个回答：如果客户端在该用 while 的地方用了 if，那么凡是一次读不完的输出仍会出错。',
  },
  play: async stage => {
    const server = await stage.tcpServe({ commands: COMMANDS })
    const client = await stage.connect({ ...server.address, family: 'udp4' }, [READ])
    for (const name of ['long', 'short'] as const) {
      await client.write(encodeFrameHeader({ cmd: 'run', name }))
      const { header, body, reads } = await readFrame(client)
      const right = body.toString() === (await outputOf(name))
      stage.saw(right && header['exit_code'] === 0 && header['data_size'] === body.length, {
        en: `"${name}": data_size ${String(header['data_size'])}, ${body.length} bytes in ${counted(reads, 'read')}, ${right ? 'the whole output' : 'not its output'}`,
        zh: `“${name}”：data_size 为 ${String(header['data_size'])}，${reads} 次读取共 ${body.length} 字节，${right ? '输出完整' : '并非它的输出'}`,
      })
    }
    await client.write(encodeFrameHeader({ cmd: 'run', name: 'rm -rf /' }))
    const { header } = await readFrame(client)
    stage.saw(header['status'] === 'error' && server.facts.commands === 2, {
      en: `a command that is not on the list: status ${String(header['status'])}, and ${server.facts.commands} commands were run`,
      zh: `不在列表上的命令：status 为 ${String(header['status'])}，总共运行了 ${server.facts.commands} 条命令`,
    })
  },
}
