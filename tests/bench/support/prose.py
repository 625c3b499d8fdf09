"""Pages of prose, with code or without, the same in every run."""
import os
import random

WORDS = """socket port address listen connect accept send receive packet segment window buffer kernel process queue
    peer host network timer retry close reset the a of and to in is that it with for as on when only never every
    first last small large until before after reads writes waits returns fails asks tells""".split()


FENCES = {
    "c": '''/* Connects, or says why not. */
static int reach(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return -1;
    int fd = socket(list->ai_family, list->ai_socktype, 0); // one of them
    if (connect(fd, list->ai_addr, list->ai_addrlen) < 0)
        perror("connect");
    freeaddrinfo(list);
    return fd;
}
''',
    "python": '''def echo(server, limit=65536):
    """Sends back what comes until nobody sends."""
    while True:
        peer, address = server.accept()
        with peer:  # closes it
            data = peer.recv(limit)
            if not data:
                return None
            peer.sendall(data.upper() + b"!")
''',
    "console": '''$ ss -tln | grep 8080
LISTEN 0 4096 127.0.0.1:8080 0.0.0.0:*
$ for port in 8080 8081; do nc -z localhost $port && echo "open: $port"; done
open: 8080
''',
    "js": '''const server = net.createServer((socket) => {
  socket.on("data", (chunk) => socket.write(chunk)); // echo
});
server.listen(8080, () => console.log("listening", server.address().port));
''',
}


def sentence(dice):
    words = [dice.choice(WORDS) for _ in range(dice.randint(6, 18))]
    place = dice.randrange(len(words))
    words[place] = dice.choice(["*{}*", "**{}**", "`{}`", "[{}](https://example.org/x)", "{}"]).format(words[place])
    return " ".join(words).capitalize() + "."


def paragraph(dice):
    return " ".join(sentence(dice) for _ in range(dice.randint(3, 7)))


def page(number, fences=False):
    """About 4 KB of Markdown, with a KB of code in four languages when asked."""
    dice = random.Random(number)
    parts = [f"# Page {number}", paragraph(dice)]
    for section in range(4):
        parts += [f"## Section {section + 1}", paragraph(dice)]
        parts += ["\n".join(f"- {sentence(dice)}" for _ in range(dice.randint(2, 5))), f"> {sentence(dice)}"]
    for language, code in FENCES.items() if fences else ():
        parts.insert(dice.randrange(2, len(parts)), f"```{language}\n{code}```")
    return "\n\n".join(parts) + "\n"


def write_pages(folder, count, fences=False):
    """Gives the mean size of a page in bytes."""
    os.mkdir(folder)
    for number in range(1, count + 1):
        with open(f"{folder}/page-{number:05}.md", "w", encoding="utf-8") as file:
            file.write(page(number, fences))
    return sum(entry.stat().st_size for entry in os.scandir(folder)) / count
