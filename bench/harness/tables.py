"""Tables for the terminal."""

from .stats import quartiles

STEP_HEAD = (f"{'model':<24}{'batch':>6}{'length':>7}{'recnn ms':>10}{'cpu':>8}{'floor':>9}{'over':>6}  "
             f"{'PyTorch ms':>10}{'cpu':>8}  {'better':<13}{'times':>6} (quartiles)   {'cpu times':>9}")


def step_line(result):
    ours = result["wall"]["recnn"]["median"], result["cpu"]["recnn"]["median"]
    line = f"{result['model']:<24}{result['rows']:>6}{result['length']:>7}{1e3 * ours[0]:>10.3f}{1e3 * ours[1]:>8.2f}"
    line += f"{1e3 * result['floor']['seconds']:>9.3f}{result['over_floor']:>6.2f}  "
    if "wall_ratio" not in result:
        return line + "no PyTorch to compare with"
    ratio, cpu = result["wall_ratio"], result["cpu_ratio"]
    low, high = ratio["quartiles"]
    theirs = result["wall"][ratio["against"]]["median"], result["cpu"][ratio["against"]]["median"]
    return (line + f"{1e3 * theirs[0]:>10.3f}{1e3 * theirs[1]:>8.2f}  {ratio['against']:<13}{ratio['median']:>6.2f} "
            f"({low:.2f} to {high:.2f})   {cpu['median']:>9.2f}")


RECBOLE_HEAD = (f"{'case':<10}{'':<9}{'epoch s':>9}{'evaluation s':>14}{'first step s':>14}{'memory MB':>11}  "
                f"{'quality':<18}model")


def recbole_line(result):
    lines = []
    for side in ("recnn", "recbole"):
        of = result.get(side)
        if of is None:
            continue
        line = f"{result['case']:<10}{side:<9}"
        if "error" in of:
            lines.append(line + of["error"])
            continue
        quality = " ".join(f"{name} {value:.4f}" for name, value in of["quality"].items())
        lines.append(line + f"{quartiles(of['train_seconds'])[1]:>9.3f}{quartiles(of['eval_seconds'])[1]:>14.4f}"
                     f"{of['first_step_seconds']:>14.3f}{of['peak_bytes'] / 1e6:>11.1f}  {quality:<18}{of['model']}")
    if "times" in result:
        times = result["times"]
        lines.append(f"{'':<10}{'times':<9}{times['train']:>9.1f}{times['evaluation']:>14.1f}{times['first_step']:>14.1f}"
                     f"{times['memory']:>11.1f}")
    return "\n".join(lines)


RANKING_HEAD = (f"{'model':<24}{'all items, ms a user':>22}{'pair by pair':>14}{'times':>8}{'floor':>9}{'over':>6}"
                f"{'scores apart':>14}")


def ranking_line(result):
    return (f"{result['model']:<24}{1e3 * quartiles(result['all_items'])[1]:>22.3f}"
            f"{1e3 * quartiles(result['pairs'])[1]:>14.3f}{result['times']:>8.1f}"
            f"{1e3 * result['floor_seconds']:>9.3f}{result['over_floor']:>6.2f}{result['apart']:>14.1e}")


def growth_line(line):
    if line["curve"] == "threads":
        one, two = (1e3 * point["seconds"] for point in line["points"])
        return f"threads: {line['label']:<26} batch {line['rows']}: {one:.2f} ms, {two:.2f} ms on two, {line['speedup']:.2f} times"
    points = ", ".join(f"{p['x']:g}: " + (p["error"] if "error" in p else f"{1e3 * p['seconds']:.2f} ms {p['peak_bytes'] / 1e6:.0f} MB")
                       for p in line["points"])
    slopes = f"slope {line['time_slope']:.2f}, memory {line['memory_slope']:.2f}; " if "time_slope" in line else ""
    return f"{line['curve']}: {line['label']:<26} {slopes}{points}"
