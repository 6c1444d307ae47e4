import { outputOf } from '../commands.ts'
import { Gate } from '../gate.ts'
import type { Lesson } from '../lesson.ts'
import { withTimeout } from '../with-timeout.ts'
import { write } from '../tcp-server.ts'

/** The read size of the client. */
const READ = 1024

export const commandBroken: Lesson = {
  id: 'command-broken',
  title: { en: 'The imitation of ssh, with recv(1024)', zh: '仿 ssh 程序与 recv(1024)' },
  claim: {
    en: 'A client that reads the output of a command with one recv(1024) gets only the beginning of a long output. The rest arrives as the answer to the next command.',
    zh: '客户端只用一次 recv(1024) 读取命令输出：输出较长时只能拿到开头，剩下的会变成下一条命令的“结果”。',
  },
  done: {
    en: 'A server runs two harmless commands by name, "long" and "short". The client sends "long", calls recv(1024) once, sends "short", and calls recv(1024) once.',
    zh: '服务端按名字运行两条无害的命令：long 和 short。客户端发送“long”，调用一次 recv(1024)；再发送“short”，再调用一次 recv(1024)。',
  },
  expected: {
    en: 'the first read has 1024 bytes of the long output, the second the next 1024 bytes of it, and no byte of "short"',
    zh: '第一次读到长输出的前 1024 字节，第二次读到它接下来的 1024 字节，而没有“short”的任何内容',
  },
  picture: {
    en: `client                      server
  long  ─────────────────▶  4000 bytes
  recv(1024)  ◀──── 1024    2976 wait
  short ─────────────────▶  6 bytes behind them
  recv(1024)  ◀──── 1024    of the long output!`,
    zh: `客户端                      服务端
  long  ─────────────────▶  4000 字节
  recv(1024)  ◀──── 1024    还剩 2976 字节
  short ─────────────────▶  6 字节排在后面
  recv(1024)  ◀──── 1024    仍是长输出！`,
  },
  why: {
    en: 'The client assumes that one read is one answer. A stream has no answers, only bytes: without a length before it, the end of an answer is unknown. Every later read then begins with the rest of an earlier answer.',
    zh: '客户端把“一次读取”当成了“一个回答”。字节流里没有回答，只有字节：不先发送长度，谁也不知道一个回答在哪里结束。此后的每个回答都会被前面的残留推后。',
  },
  play: async stage => {
    const ready = { long: new Gate(), short: new Gate() }
    const { at } = await stage.listen(async connection => {
      for await (const chunk of connection) {
        const name = String(chunk)
        if (name !== 'long' && name !== 'short') return
        await write(connection, await outputOf(name))
        ready[name].open()
      }
    })
    const client = await stage.connect(at, [READ])
    const answers: string[] = []
    for (const name of ['long', 'short'] as const) {
      await client.write(name)
      await withTimeout(ready[name].opened, 'output')
      await stage.settle()
      answers.push(await client.readText())
    }
    const long = await outputOf('long')
    const [first = '', second = ''] = answers
    stage.saw(first === long.slice(0, READ), {
      en: `"long" has ${long.length} bytes; recv(${READ}) gave the first ${first.length}, up to ${tail(first)}`,
      zh: `“long”的输出有 ${long.length} 字节；recv(${READ}) 得到前 ${first.length} 字节，止于${tail(first)}`,
    })
    stage.saw(second === long.slice(READ, 2 * READ) && !second.includes('short'), {
      en: `after "short", recv(${READ}) gave ${second.length} bytes, which begin with "${head(second)}": the rest of "long"`,
      zh: `发送“short”之后，recv(${READ}) 得到 ${second.length} 字节，开头是“${head(second)}”：仍是“long”的剩余部分`,
    })
  },
}

function head(text: string): string {
  return text.slice(0, 13).replaceAll('\n', '⏎')
}

function tail(text: string): string {
  return `"…${text.slice(-16).replaceAll('\n', '⏎')}"`
}
