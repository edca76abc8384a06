"""Tables for the terminal."""

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
