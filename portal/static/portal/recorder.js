// Voice notes recorded in the page: <div data-recorder="180"> with buttons, and a file input that carries what was recorded and
// that stays for whoever has the recording already. It is listened to through the Web Audio API: the content policy lets
// no <audio> play what the page has made itself.
const TYPES = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"]; // the first is what every phone plays
const TOO_BIG = 10 * 1024 * 1024; // bytes; the server refuses what is larger
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function begin(box) {
  const find = (name) => box.querySelector(`[data-${name}]`);
  const input = box.querySelector("input[type=file]");
  const [record, stop, listen, discard, time, say] = ["record", "stop", "listen", "discard", "time", "say"].map(find);
  let recorder, ticking, player;

  function show(...buttons) {
    for (const button of [record, stop, listen, discard]) button.hidden = !buttons.includes(button);
    input.hidden = input.nextElementSibling.hidden = !buttons.includes(record);
    time.hidden = buttons.includes(record);
  }

  function put(files) {
    const list = new DataTransfer();
    for (const file of files) list.items.add(file);
    input.files = list.files;
    input.dispatchEvent(new CustomEvent("photos:chosen", { bubbles: true })); // draft.js keeps it
  }

  function ready(words) {
    const [file] = input.files;
    if (!file) return show(record);
    say.textContent = file.size > TOO_BIG ? box.dataset.tooBig.replace("#", file.name) : words;
    show(listen, discard);
    time.hidden = true;
  }

  async function start() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
      recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 32_000 });
      const parts = [];
      const began = Date.now();
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.onstop = () => {
        clearInterval(ticking);
        for (const track of stream.getTracks()) track.stop();
        const type = recorder.mimeType.split(";")[0];
        const name = `voice.${type.endsWith("mp4") ? "m4a" : type.split("/")[1]}`;
        if (box.isConnected) put([new File(parts, name, { type, lastModified: began })]);
        ready(box.dataset.ready);
        listen.focus();
      };
      recorder.start(1000); // a page that is closed in between has what was said so far
      time.textContent = clock(0);
      ticking = setInterval(() => {
        const seconds = (Date.now() - began) / 1000;
        time.textContent = clock(seconds);
        if (seconds >= Number(box.dataset.recorder) && recorder.state === "recording") recorder.stop();
      }, 250);
      say.textContent = box.dataset.recording;
      show(stop);
      stop.focus();
    } catch {
      say.textContent = box.dataset.refused;
      show(record);
    }
  }

  async function play() {
    player?.close();
    player = new AudioContext();
    try {
      const sound = player.createBufferSource();
      sound.buffer = await player.decodeAudioData(await input.files[0].arrayBuffer());
      sound.connect(player.destination);
      sound.start();
    } catch {
      say.textContent = box.dataset.ready;
    }
  }

  record.onclick = start;
  stop.onclick = () => recorder?.stop();
  listen.onclick = play;
  discard.onclick = () => {
    player?.close();
    player = undefined;
    put([]);
    say.textContent = box.dataset.gone;
    show(record);
    record.focus();
  };
  input.addEventListener("change", () => { put([...input.files]); ready(input.files[0]?.name ?? ""); });
  // draft.js brings back what was recorded before the page was left.
  input.addEventListener("photos:kept", ({ detail }) => { if (!input.files.length) put(detail.slice(0, 1)); ready(box.dataset.ready); });
  input.addEventListener("files:emptied", () => { say.textContent = ""; show(record); });
  box.querySelector("[data-recorder-buttons]").hidden = false;
  show(record);
}

const canRecord = navigator.mediaDevices?.getUserMedia && window.MediaRecorder && window.AudioContext && window.DataTransfer;
const scan = () => {
  for (const box of document.querySelectorAll("[data-recorder]:not([data-recorder-on])")) {
    box.dataset.recorderOn = "";
    if (canRecord) begin(box);
  }
};
scan();
document.addEventListener("live:swapped", scan);
