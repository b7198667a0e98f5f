"""Linear layers as tensor cores compute them: inputs rounded, products added up in single precision."""
import torch
import torch.nn.functional as F


def use(significand):
    """Makes `F.linear` round what it multiplies, forward and backward, to so many bits."""
    def rounded(x):
        dropped = 24 - significand
        bits = x.detach().contiguous().view(torch.int32)
        even = (bits >> dropped) & 1
        return ((bits + even + (1 << dropped - 1) - 1) >> dropped << dropped).view(torch.float32)

    class Linear(torch.autograd.Function):
        @staticmethod
        def forward(context, x, weight):
            context.save_for_backward(x, weight)
            return rounded(x) @ rounded(weight).T

        @staticmethod
        def backward(context, gradient):
            x, weight = context.saved_tensors
            gradient = rounded(gradient)
            return gradient @ rounded(weight), gradient.flatten(0, -2).T @ rounded(x).flatten(0, -2)

    F.linear = Linear.apply
